"""The comparison page: result files of any models, their rates, and the shape of their failures."""
