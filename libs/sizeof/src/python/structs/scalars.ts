/** None, numbers and text. The head of every object is `HEAD`; one with a number of items has `VAR_HEAD`. */
export const scalarStructs = `
HEAD: object.h, PyObject
  Py_ssize_t ob_refcnt
  PyTypeObject* ob_type

VAR_HEAD: object.h, PyVarObject
  HEAD
  Py_ssize_t ob_size

PyObject: object.h
  HEAD

PyGC_Head: objimpl.h, pycore_gc.h
  PyGC_Head* gc_next                      | 2.7-3.7
  PyGC_Head* gc_prev                      | 2.7-3.7
  Py_ssize_t gc_refs                      | 2.7-3.7
  uintptr_t _gc_next                      | 3.8+
  uintptr_t _gc_prev                      | 3.8+

PyIntObject: intobject.h
  HEAD
  long ob_ival

PyLongObject: longintrepr.h
  VAR_HEAD                                | 2.7-3.11
  HEAD                                    | 3.12+
  uintptr_t lv_tag                        | 3.12+
  digit ob_digit[]

PyFloatObject: floatobject.h
  HEAD
  double ob_fval

PyComplexObject: complexobject.h
  HEAD
  double real
  double imag

PyStringObject: stringobject.h
  VAR_HEAD
  long ob_shash
  int ob_sstate
  char ob_sval[]

PyBytesObject: bytesobject.h
  VAR_HEAD
  Py_hash_t ob_shash
  char ob_sval[]

PyByteArrayObject: bytearrayobject.h
  VAR_HEAD
  int ob_exports                          | 2.7
  Py_ssize_t ob_alloc
  char* ob_bytes
  char* ob_start                          | 3.6+
  int ob_exports                          | 3.6-3.8
  Py_ssize_t ob_exports                   | 3.9+

PyUnicodeObject27: unicodeobject.h (2.7), PyUnicodeObject
  HEAD
  Py_ssize_t length
  Py_UNICODE* str
  long hash
  PyObject* defenc

PyASCIIObject: unicodeobject.h
  HEAD
  Py_ssize_t length
  Py_hash_t hash
  unsigned state                          | 3.6+
  wchar_t* wstr                           | 3.6-3.11

PyCompactUnicodeObject: unicodeobject.h
  PyASCIIObject _base
  Py_ssize_t utf8_length
  char* utf8
  Py_ssize_t wstr_length                  | 3.6-3.11

PySliceObject: sliceobject.h
  HEAD
  PyObject* start
  PyObject* stop
  PyObject* step

xrangeobject: rangeobject.c (2.7), rangeobject
  HEAD
  long start
  long step
  long len

rangeobject: rangeobject.c
  HEAD
  PyObject* start
  PyObject* stop
  PyObject* step
  PyObject* length

Py_buffer: object.h, Py_buffer
  void* buf
  PyObject* obj
  Py_ssize_t len
  Py_ssize_t itemsize
  int readonly
  int ndim
  char* format
  Py_ssize_t* shape
  Py_ssize_t* strides
  Py_ssize_t* suboffsets
  Py_ssize_t smalltable[2]                | 2.7
  void* internal

PyMemoryViewObject: memoryobject.h
  HEAD                                    | 2.7
  PyObject* base                          | 2.7
  VAR_HEAD                                | 3.6+
  _PyManagedBufferObject* mbuf            | 3.6+
  Py_hash_t hash                          | 3.6+
  int flags                               | 3.6+
  Py_ssize_t exports                      | 3.6+
  Py_buffer view
  PyObject* weakreflist                   | 3.6+
  Py_ssize_t ob_array[]                   | 3.6+

arrayobject: arraymodule.c
  VAR_HEAD
  char* ob_item
  Py_ssize_t allocated                    | 2.7-3.14
  arraydescr* ob_descr
  PyObject* weakreflist
  Py_ssize_t ob_exports                   | 3.6+
`;
