"""Text of every sort, the same on every machine but for the English that Python ships."""

import random
from pydoc_data.topics import topics

CHINESE = [
    "今天天气很好，我们去公园散步吧。",
    "他在北京大学学习计算机科学。",
    "这本书一共有三百二十页，价格是４５元。",
    "「你吃饭了吗？」她笑着问道。",
    "機器學習與語言模型",
    "語言模型能寫詩，也能翻譯。",
    "上海—杭州",
    "高铁，约１小时。",
]
SPECIAL = (
    [chr(point) for point in range(1, 0x250)]
    + [chr(point) for point in range(0x300, 0x36F, 5)]
    + list("😀👍🏽🇨🇳👩‍👩‍👧\u200d\ufe0f\u3000\u00a0\u2581\ufeff\u2028\u0085①ﬁÅ가ｱ\ufffd\U0010ffff\ue000𠮷㌙ﷺ")
    + [" "] * 60
)


def mixed_lines(count: int, *, seed: int = 7) -> list[str]:
    """English, Chinese, both with foreign characters put in, and noise; no zero characters, no surrogates."""
    chance = random.Random(seed)
    english = [line for topic in sorted(topics) for line in topics[topic].splitlines()]

    def noise(most):
        return "".join(chance.choices(SPECIAL, k=chance.randrange(most)))

    def broken(line):
        place = chance.randrange(len(line) + 1)
        return line[:place] + noise(4) + line[place:]

    kinds = [
        lambda: chance.choice(english),
        lambda: "".join(chance.choices(CHINESE, k=2)),
        lambda: broken(chance.choice(english)),
        lambda: broken(chance.choice(CHINESE)) + chance.choice(english),
        lambda: noise(40),
    ]
    return [kinds[index % len(kinds)]() for index in range(count)]
