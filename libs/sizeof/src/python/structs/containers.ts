/** Lists, tuples, dictionaries, sets and their tables. */
export const containerStructs = `
PyListObject: listobject.h
  VAR_HEAD
  PyObject** ob_item
  Py_ssize_t allocated

PyTupleObject: tupleobject.h
  VAR_HEAD
  Py_hash_t ob_hash                       | 3.14
  PyObject* ob_item[]

PyDictEntry: dictobject.h (2.7), pycore_dict.h
  Py_hash_t me_hash
  PyObject* me_key
  PyObject* me_value

PyDictUnicodeEntry: pycore_dict.h
  PyObject* me_key
  PyObject* me_value

PyDictObject: dictobject.h
  HEAD
  Py_ssize_t ma_fill                      | 2.7
  Py_ssize_t ma_used
  Py_ssize_t ma_mask                      | 2.7
  PyDictEntry* ma_table                   | 2.7
  lookup* ma_lookup                       | 2.7
  PyDictEntry ma_smalltable[8]            | 2.7
  uint64_t ma_version_tag                 | 3.6+
  PyDictKeysObject* ma_keys               | 3.6+
  PyObject** ma_values                    | 3.6+

PyDictKeysObject: dict-common.h, pycore_dict.h
  Py_ssize_t dk_refcnt
  Py_ssize_t dk_size                      | 3.6-3.10
  dict_lookup_func* dk_lookup             | 3.6-3.10
  uint8_t dk_log2_size                    | 3.11+
  uint8_t dk_log2_index_bytes             | 3.11+
  uint8_t dk_kind                         | 3.11+
  uint32_t dk_version                     | 3.11+
  Py_ssize_t dk_usable
  Py_ssize_t dk_nentries
  char dk_indices[]

setentry: setobject.h
  long hash                               | 2.7
  PyObject* key
  Py_hash_t hash                          | 3.6+

PySetObject: setobject.h
  HEAD
  Py_ssize_t fill
  Py_ssize_t used
  Py_ssize_t mask
  setentry* table
  lookup* lookup                          | 2.7
  setentry smalltable[8]                  | 2.7
  long hash                               | 2.7
  Py_hash_t hash                          | 3.6+
  Py_ssize_t finger                       | 3.6+
  setentry smalltable[8]                  | 3.6+
  PyObject* weakreflist

dequeobject: _collectionsmodule.c
  HEAD                                    | 2.7
  VAR_HEAD                                | 3.6+
  block* leftblock
  block* rightblock
  Py_ssize_t leftindex
  Py_ssize_t rightindex
  Py_ssize_t len                          | 2.7
  long state                              | 2.7
  size_t state                            | 3.6+
  Py_ssize_t maxlen
  Py_ssize_t numfreeblocks                | 3.11+
  block* freeblocks[16]                   | 3.11+
  PyObject* weakreflist

block: _collectionsmodule.c, BLOCK
  block* leftlink                         | 2.7
  block* rightlink                        | 2.7
  PyObject* data[62]                      | 2.7
  block* leftlink                         | 3.6+
  PyObject* data[64]                      | 3.6+
  block* rightlink                        | 3.6+

defdictobject: _collectionsmodule.c
  PyDictObject dict
  PyObject* default_factory

PyODictObject: odictobject.c
  PyDictObject od_dict
  _ODictNode** od_fast_nodes
  Py_ssize_t od_fast_nodes_size
  void* od_resize_sentinel
  size_t od_state
  _ODictNode* od_first
  _ODictNode* od_last
  PyObject* od_inst_dict
  PyObject* od_weakreflist

_ODictNode: odictobject.c
  PyObject* key
  Py_hash_t hash
  _ODictNode* next
  _ODictNode* prev
`;
