"""Many clouds: pairs compared by the thousand, and what a data set holds more than once.

The way of a data set: files are cut into *frames* and clouds become *records* (bytes), which travel in blocks through
the *pipeline* to the *workers*. There they are *hashed*, and what shares a hash, a *family*, is *matched*; clouds of
earlier blocks are *known*. Results go to the *journal*. What people call is in :mod:`twinclouds.datasets.many`.
"""
