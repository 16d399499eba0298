import sys

def append(a=[]):
    b = {1: 2}
    a.append(b)
    return a

append()
last = append()

class Node:
    kind = 'node'
    def __init__(self, value, next=None):
        self.value = value
        self.next = next

def chain(n):
    node = None
    for i in range(n):
        node = Node(str(i) * 3, node)
    return node

kept = chain(4)
del kept

def counter():
    count = 0
    def more(step):
        nonlocal count
        count += step * 1000
        return count
    return more

tick = counter()
tick(1)
total = tick(2)

def deep(n):
    here = [n]
    if n:
        return deep(n - 1)
    return here

bottom = deep(70)

def numbers(n):
    for i in range(n):
        item = 'item' * (i + 1)
        yield item

for item in numbers(2):
    size = len(item)
both = zip(numbers(2), numbers(2))
pairs = list(both)

def again():
    for i in range(4):
        x = object() if i % 2 == 0 else bytearray(10)
        x = None
        x = object()
        del x

again()

def made(name):
    cls = type(name, (), {})
    one = cls()
    return one

for name in ('One', 'Two', 'Three'):
    thing = made(name)

def fails(n):
    try:
        if n == 0:
            raise KeyError([n])
        return fails(n - 1)
    finally:
        done = n

try:
    fails(2)
except KeyError as error:
    caught = error
squares = [n * n for n in range(300, 303)]
for number in range(12):
    globals()['made_%d' % number] = [number]
for number in range(0, 12, 2):
    del globals()['made_%d' % number]
wide = {'key %d' % n: n for n in range(3)}
été = 'accents'
add = lambda one, other: one + other
words = sorted(['bb', 'a', 'ccc'], key=lambda word: len(word))
sum_ = add(['x'], ['y'])
__hidden = 1
code = sys._getframe().f_code
inner = {'turn': globals().get('turn', 0)}
turn = 1
if inner['turn'] == 0:
    exec(code, dict(__name__='second', turn=1, open=None)) if False else None
last = None
