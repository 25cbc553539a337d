"""Order books as pure values: messages go in; checksums, queue positions and views come out. No I/O, no clock."""

from krakenkit.books.level2 import Level2Book as Level2Book
from krakenkit.books.level3 import Level3Book as Level3Book
from krakenkit.books.level3 import Order as Order
from krakenkit.books.level3 import OrderEvent as OrderEvent
from krakenkit.books.level3 import OrderText as OrderText
from krakenkit.books.side import LevelText as LevelText
from krakenkit.books.side import TextLevel as TextLevel
from krakenkit.books.side import levels as levels
from krakenkit.books.view import BookView as BookView
from krakenkit.books.view import Change as Change
from krakenkit.books.view import Fill as Fill
from krakenkit.books.view import Level as Level
