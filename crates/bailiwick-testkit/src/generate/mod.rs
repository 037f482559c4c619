//! Generators: proptest strategies for policies and for requests.
