"""An existing .xlsx or .xlsm file, patched part by part: our cells and rules anew, everything else byte for byte."""
