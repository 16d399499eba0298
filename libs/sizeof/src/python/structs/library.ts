/** Iterators, and objects of the standard library's C modules. */
export const libraryStructs = `
listiterobject: listobject.c
  HEAD
  Py_ssize_t it_index
  PyObject* it_seq

dictiterobject: dictobject.c
  HEAD
  PyDictObject* di_dict
  Py_ssize_t di_used
  Py_ssize_t di_pos
  PyObject* di_result
  Py_ssize_t len

enumobject: enumobject.c
  HEAD
  Py_ssize_t en_index
  PyObject* en_sit
  PyObject* en_result
  PyObject* en_longindex
  PyObject* one                           | 3.11+

zipobject: bltinmodule.c
  HEAD
  Py_ssize_t tuplesize
  PyObject* ittuple
  PyObject* result
  int strict                              | 3.10+

mapobject: bltinmodule.c
  HEAD
  PyObject* iters
  PyObject* func
  int strict                              | 3.14

filterobject: bltinmodule.c
  HEAD
  PyObject* func
  PyObject* it

PyDateTime_Date: datetime.h
  HEAD
  long hashcode                           | 2.7
  Py_hash_t hashcode                      | 3.6+
  char hastzinfo
  unsigned char data[4]

PyDateTime_DateTime: datetime.h
  HEAD
  long hashcode                           | 2.7
  Py_hash_t hashcode                      | 3.6+
  char hastzinfo
  unsigned char data[10]
  unsigned char fold                      | 3.6+
  PyObject* tzinfo

_PyDateTime_BaseDateTime: datetime.h
  HEAD
  long hashcode                           | 2.7
  Py_hash_t hashcode                      | 3.6+
  char hastzinfo
  unsigned char data[10]
  unsigned char fold                      | 3.6+

PyDateTime_Delta: datetime.h
  HEAD
  long hashcode                           | 2.7
  Py_hash_t hashcode                      | 3.6+
  int days
  int seconds
  int microseconds

mpd_t: mpdecimal.h
  uint8_t flags
  Py_ssize_t exp
  Py_ssize_t digits
  Py_ssize_t len
  Py_ssize_t alloc
  size_t* data

PyDecObject: _decimal.c
  HEAD
  Py_hash_t hash
  mpd_t dec
  size_t data[4]

PatternObject: sre.h
  VAR_HEAD
  Py_ssize_t groups
  PyObject* groupindex
  PyObject* indexgroup
  PyObject* pattern
  int flags
  PyObject* weakreflist
  int isbytes                             | 3.6+
  Py_ssize_t codesize
  uint32_t code[1]

MatchObject: sre.h
  VAR_HEAD
  PyObject* string
  PyObject* regs
  PatternObject* pattern
  Py_ssize_t pos
  Py_ssize_t endpos
  Py_ssize_t lastindex
  Py_ssize_t groups
  Py_ssize_t mark[1]
`;
