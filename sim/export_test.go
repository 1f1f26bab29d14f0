package sim

// LastWait is the wait of the last task that was worked off.
func (r *Recursion) LastWait() float64 { return r.waits[(r.offered-1)%blockSize] } // blocks are full
