"""The enterprise code 企业码 (ENT-15): a QR that opens the firm's space, each viewer's by his rights."""
