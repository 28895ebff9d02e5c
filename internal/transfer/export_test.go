package transfer

// SetBatch makes batches small, so that a small set has many.
func (s *Service) SetBatch(rows int) { s.batch = rows }
