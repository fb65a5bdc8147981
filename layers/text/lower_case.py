"""Lower case in any locale."""

import tensorflow as tf

_OF_LOCALES = {"I": "i", "İ": "i\u0307", "J": "j", "Į": "į", "Ì": "ì", "Í": "í", "Ĩ": "ĩ"}
"""Letters that `tf.strings.lower` treats differently where the system is set to Turkish, Azerbaijani or Lithuanian."""


def lower_case(text):
    """Converts UTF-8 strings to lower case by Unicode's rules, whatever the locale of the process.

    `tf.strings.lower` alone turns "I" into "ı" where `LC_ALL` is Turkish, ICU's default locale: one model would read a
    text differently from machine to machine.

    Args:
        text: a string tensor.

    Returns:
        A string tensor of that shape.

    Example:
        >>> lower_case(tf.constant("ÎLE, ΟΔΟΣ")).numpy().decode()
        'île, οδος'
    """
    for upper, lower in _OF_LOCALES.items():
        text = tf.strings.regex_replace(text, upper, lower)
    return tf.strings.lower(text, encoding="utf-8")
