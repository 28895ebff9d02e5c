package app

// TellGraph logs where the graph came from, as Run does first.
func (a *App) TellGraph() { a.tellGraph() }
