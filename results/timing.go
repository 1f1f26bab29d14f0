package results

// Timing is what a run took. It is no result: it differs from run to run, and
// is in a document only where it was asked for.
type Timing struct {
	WallSeconds float64 `json:"wall_seconds"`
	CPUSeconds  float64 `json:"cpu_seconds"`
	// Tasks are all that were simulated, warm-up included.
	Tasks int64 `json:"tasks"`
}
