package network

// VerifyLate lets the service start from a file of any size before it is checked.
func (s *Service) VerifyLate() { s.soon = -1 }
