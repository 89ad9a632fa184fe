"""The methods of the Web API, one module a family."""
