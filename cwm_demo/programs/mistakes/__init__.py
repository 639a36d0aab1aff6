"""The mistakes behind the operators: each looks at a spot and gives the edits that it would make there."""
