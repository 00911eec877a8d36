"""The shared cache, with a client that is kept: to make one takes longer than to ask it, and every page asks it.

A server that does not answer is a cache in which nothing is found: pages are slower, and the portal goes on.
"""

import logging
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import RedisError

logger = logging.getLogger(__name__)


def _or(answer: Callable[..., Any]) -> Callable[..., Any]:
    """The method, and `answer` of its arguments where the server does not answer."""

    def made(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def ask(*args: Any, **kwargs: Any) -> Any:
            try:
                return method(*args, **kwargs)
            except RedisError as error:
                logger.warning("the cache does not answer: %s: %s", method.__name__, error)
                return answer(*args[1:], **kwargs)

        return ask

    return made


def _uncounted(key: str, delta: int) -> int:
    raise ValueError(key)  # as if it had run out


class Client(RedisCacheClient):
    @cached_property
    def _kept(self) -> Any:
        return super().get_client()

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """There is one server, for reading and writing; the client takes its connections from the pool."""
        return self._kept

    get = _or(lambda key, default: default)(RedisCacheClient.get)
    get_many = _or(lambda keys: {})(RedisCacheClient.get_many)
    has_key = _or(lambda key: False)(RedisCacheClient.has_key)
    add = _or(lambda key, value, timeout: True)(RedisCacheClient.add)  # nobody else was here before
    incr = _or(_uncounted)(RedisCacheClient.incr)
    set = _or(lambda key, value, timeout: None)(RedisCacheClient.set)
    set_many = _or(lambda data, timeout: None)(RedisCacheClient.set_many)
    touch = _or(lambda key, timeout: False)(RedisCacheClient.touch)
    delete = _or(lambda key: False)(RedisCacheClient.delete)
    delete_many = _or(lambda keys: None)(RedisCacheClient.delete_many)


class Cache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client

    def ping(self) -> None:
        """Raises RedisError where the server does not answer, as nothing else here does."""
        self._cache.get_client().ping()
