"""The words that get a token of their own. Order decides the ids: append, never reorder.

Names come from Python itself, from what small programs are usually called and made of, and from the
training split of MBPP (task ids 601 to 974, names in at least two of its programs). A word that is not
here is spelled in short pieces, so nothing depends on the lists being complete.
"""

from __future__ import annotations

KEYWORDS = """
False None True and as assert async await break class continue def del elif else except finally for from
global if import in is lambda nonlocal not or pass raise return try while with yield match case self cls
"""

BUILTINS = """
abs all any ascii bin bool bytearray bytes callable chr dict divmod enumerate filter float format frozenset
getattr hasattr hash hex id input int isinstance issubclass iter len list map max min next object oct open
ord pow print property range repr reversed round set setattr slice sorted staticmethod classmethod str sum
super tuple type zip
Exception ArithmeticError AssertionError AttributeError IndexError KeyError LookupError NameError
NotImplementedError OverflowError RecursionError RuntimeError StopIteration TypeError UnboundLocalError
ValueError ZeroDivisionError MemoryError
"""

METHODS = """
append extend insert remove pop clear index count sort reverse copy
get keys values items update setdefault popitem fromkeys
add discard union intersection difference symmetric_difference issubset issuperset isdisjoint
intersection_update difference_update
capitalize casefold center encode decode endswith startswith expandtabs find rfind rindex isalnum isalpha
isascii isdecimal isdigit isidentifier islower isnumeric isspace istitle isupper join ljust rjust lower
upper lstrip rstrip strip partition rpartition replace removeprefix removesuffix split rsplit splitlines
swapcase title translate maketrans zfill format_map is_integer bit_length bit_count conjugate numerator
denominator real imag send throw close args
appendleft popleft extendleft rotate maxlen most_common elements subtract total
__init__ __repr__ __str__ __len__ __iter__ __next__ __eq__ __lt__ __add__ __mul__ __sub__ __getitem__
__setitem__ __contains__ __call__ __enter__ __exit__ __name__ __main__ __hash__ __bool__ __slots__ __dict__
__class__ __doc__
"""

MODULES = """
math random re collections itertools functools operator string heapq bisect copy json datetime decimal
fractions statistics dataclasses typing enum abc textwrap sys time os
sqrt floor ceil gcd lcm factorial comb perm prod pi inf nan isclose log log2 log10 exp sin cos tan radians
hypot fabs fmod trunc dist
Counter defaultdict deque OrderedDict namedtuple ChainMap
chain combinations permutations product groupby accumulate cycle repeat islice takewhile dropwhile
zip_longest starmap pairwise count compress tee
reduce partial lru_cache cache wraps cached_property total_ordering
itemgetter attrgetter mul add sub truediv mod
heappush heappop heapify nlargest nsmallest heapreplace merge
bisect_left bisect_right insort
compile findall finditer fullmatch group search pattern span
dataclass field Enum Optional List Dict Tuple Set Any Iterator Iterable Callable Union
ascii_lowercase ascii_uppercase ascii_letters digits punctuation
mean median mode deepcopy dumps loads Decimal Fraction date timedelta today year month day hour minute
second ABC abstractmethod maxsize seed choice randint shuffle sample
"""

NAMES = """
a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G H I J K L M N O P Q R S T U V W X Y Z _ __
arr nums numbers num number lst li data values value val vals items item counts counter cnt result results
res ret out output ans answer total subtotal sums acc current curr cur previous prev nxt last first second
third left right low high lo hi mid middle start end stop step begin idx index pos position offset size
length width height depth limit bound lower_bound upper_bound top bottom rows row cols col column columns
grid matrix cell board word words text texts line lines char chars ch letter letters name names key keys
seen visited found done flag ok valid is_valid is_prime best worst largest smallest biggest maximum minimum
max_value min_value max_sum min_sum max_len min_len max_count target goal source queue stack heap node nodes
edge edges graph tree root parent child children leaf neighbor neighbors path paths cost costs weight
weights price prices amount balance rate tax discount score scores grade grades points level age year people
person user users student students group groups team part parts piece pieces chunk chunks token tokens sep
delimiter prefix suffix digit digits bit bits mask carry borrow base exponent power quotient remainder
divisor factor factors multiple primes prime composite even odd evens odds positive negative zero one two
three ten hundred half double triple twice square squares cube cubes product products difference diff diffs
ratio percent average avg mean median mode area perimeter volume radius side sides distance speed time times
minutes hours seconds days weeks months years temp tmp other others rest head tail body pair pairs entry
entries record records table mapping lookup memo cache config options option params func fn function
callback handler predicate condition cond message msg error err exc info status state states action actions
event events log history undo inner outer wrapper decorator func_name helper main solve run test check make
build create compute calc calculate convert parse encode decode compress expand flatten reverse rotate shift
swap merge group_by partition pivot search find locate scan select choose pick keep drop skip take remove
delete insert add_item append_item push pop peek enqueue dequeue update reset increment decrement inc dec
deposit withdraw transfer account bank stock inventory cart order orders quantity qty shop store color
colors shape shapes point circle rectangle triangle animal animals dog cat bird fruit fruits apple banana
city cities country countries fib fibonacci fact factorial collatz gcd lcm hanoi binary roman bubble_sort
insertion_sort selection_sort merge_sort quick_sort binary_search linear_search palindrome is_palindrome
anagram anagrams vowels vowel consonants caesar cipher encrypt decrypt tally histogram frequency freq freqs
unique duplicates duplicate distinct common missing longest shortest run_length rle balanced brackets
bracket opening closing parens depth_first breadth_first greet greeting hello world foo bar baz demo example
sample simple Point Node Stack Queue Account Tree Animal Dog Cat Shape Circle Square Rectangle Person
Student Cache Box Bank Matrix Vector Shop Cart Inventory new_list new_items new_value old_value by per to of
the with without each every less more than equal same different between above below under over before after
until since into at on off up down in_order is_empty is_full is_even is_odd is_sorted n1 n2 x1 x2 x3 y1 y2
y3 a1 a2 b1 b2 s1 s2 t1 t2 p1 p2 d1 d2 l1 l2 list1 list2 lst1 lst2 nums1 nums2 num1 num2 arr1 arr2 str1 str2
text1 text2 tup1 tup2 dict1 dict2 set1 set2 word1 word2 first_name last_name test_list test_list1 test_list2
test_tup test_tup1 test_tup2 test_str test_dict num_list input_list input_str array dp ele tup lists sub
patterns regex max_val min_val maxi mini parity sublist sublists subarray substring subset subsets sequence
seq series nth term terms operand op ops expr expression result_list ascending descending sorted_list
sorted_items max_num min_num min_index max_index swapped changed total_sum running running_total running_sum
so_far find_max find_min get_max min_cost div rem ones zeros rev left_sum right_sum lucky Sum spaces space
blank empty full word_count apply compose pipe adder multiplier make_adder make_counter make_multiplier bump
tick gen generate generator produce consume stream batch window windows sliding moving stairs steps coins
coin change profit profits buy sell cap capacity fill jump jumps hop hops walk walks turn turns move moves
north south east west dx dy leap is_leap budget savings queue_size max_size min_size hits misses calls
call_count attempts tries retry retries success fail failed passed winner loser draw win wins lose losses
guess secret clue guesses lives
"""


def words() -> list[str]:
    """Every word once, in the order of its first mention."""
    return list(dict.fromkeys(" ".join((KEYWORDS, BUILTINS, METHODS, MODULES, NAMES)).split()))
