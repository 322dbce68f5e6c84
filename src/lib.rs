//! Urkunde: a batch compiler for documents.
