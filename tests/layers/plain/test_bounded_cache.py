from langzoo.layers.plain.bounded_cache import BoundedCache


def test_what_was_asked_for_longest_ago_is_forgotten():
    made = []
    cache = BoundedCache(2)

    def ask(key):
        return cache.made(key, lambda: made.append(key) or key)

    assert [ask(key) for key in "abacab"] == [*"abacab"]
    assert made == ["a", "b", "c", "b"]  # "a" was asked for again before "c" came
    assert [key for key, _ in cache.items()] == ["a", "b"]
    cache.clear()
    assert not cache and ask("a") == "a" and made[-1] == "a"
