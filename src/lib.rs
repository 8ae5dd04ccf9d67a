//! eppgate
