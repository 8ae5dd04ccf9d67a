//! An EPP registry for development, tests and benchmarks, on the same codec, with faults on request
