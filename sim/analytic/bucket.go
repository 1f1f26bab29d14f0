package analytic

import "math"

// bucket is the workload of M/D/1 in units of a service time, for any ρ.
//
// With p(i) the law of the number in system over that of none, a(i) Poisson
// probabilities of mean ρ and ā(i) their tails, the flow between i and i + 1 at
// departures is
//
//	p(i+1) a(0) = ā(i) + Σ_{j=1..i} p(j) ā(i−j+1),   p(0) = 1
//
// and, with h(m) = p(0) + … + p(m + 1) and x = k − v/ρ, 0 < v ≤ ρ,
//
//	H(x) = Σ_{j<k} h(k−1−j) e^-v v^j/j!
//
// of which all terms are positive for every ρ. So are those of the tail
// P(V > x), in which tails of p take the place of h. Beyond a distance of some
// services H differs from c₀ + c₁e^-yx, and the tail from c₁e^-yx, by nothing
// that a float64 can hold, where y is the root of ρ(e^y − 1) = y besides zero:
// the other roots have larger real parts. From there on
// values go from service to service by powers of e^-y, whether y is positive, zero
// (ρ = 1) or negative (ρ > 1).
type bucket struct {
	load, spare float64 // ρ, 1 − ρ
	root        float64 // y
	share       []float64
	sums        []float64 // h, from m = −1 on
	tails       []float64 // share above; of ρ < 1
}

// bucketExact is how many services the exact sums reach. The next root has
// Re(y) above the first by more than 0.25 for any load above 1e-9, and by two
// near saturation.
const bucketExact = 200

func newBucket(load pair) (*bucket, error) {
	b := &bucket{load: load.hi, spare: (1 - load.hi) - load.lo}
	y, err := bucketRoot(b.spare / b.load)
	if err != nil {
		return nil, err
	}
	b.root = y
	above := poissonTails(b.load, bucketExact+3)
	empty := math.Exp(-b.load)
	b.share = []float64{1}
	for i := range bucketExact + 2 {
		sum := above[i]
		for j := 1; j <= i; j++ {
			sum += b.share[j] * above[i-j+1]
		}
		b.share = append(b.share, sum/empty)
	}
	b.sums = make([]float64, len(b.share))
	total := 0.0
	for i, s := range b.share {
		total += s
		b.sums[i] = total
	}
	if b.spare <= 0 {
		return b, nil
	}
	b.tails = make([]float64, len(b.share))
	last := len(b.share) - 1
	b.tails[last] = b.spare * b.share[last] / math.Expm1(y)
	for i := last - 1; i >= 0; i-- {
		b.tails[i] = b.tails[i+1] + b.spare*b.share[i+1]
	}
	return b, agree("the sum of the M/D/1 probabilities and one", b.tails[0]+b.spare, 1)
}

// poissonTails are P(A > i) for i < n.
func poissonTails(mean float64, n int) []float64 {
	t := make([]float64, n)
	for i := range t {
		t[i] = ascend(logPoisson(float64(i+1), mean), float64(i+1), math.Inf(1), mean, recurrence{1, 0, 1})
	}
	return t
}

// bucketRoot is y with (e^y − 1)/y − 1 = excess, excess = 1/ρ − 1 above −1.
func bucketRoot(excess float64) (float64, error) {
	if excess == 0 {
		return 0, nil
	}
	f := func(y float64) float64 { return (expm1Rest(y) - excess) / excess }
	// y/2 ≤ rest ≤ (e^y − 1)/2 for y > 0; for y < 0 the rest is between −1
	// and y/2·1/(1 − y/2)…, so that y is below 2·excess and above 2·excess/(1 + excess).
	low, high := math.Log1p(2*excess), 2*excess
	if excess < 0 {
		low, high = -1.001/(1+excess)-1, 2*excess
		low = math.Min(low, 2*high)
	}
	low, high = low*(1-1e-9*sign(low)), high*(1+1e-9*sign(high))
	y, _ := brent(f, low, high, f(low), f(high))
	return y, agree("the root of the workload and its equation", expm1Rest(y), excess)
}

func sign(x float64) float64 { return math.Copysign(1, x) }

// expm1Rest is (e^y − 1)/y − 1, without cancellation near zero.
func expm1Rest(y float64) float64 {
	if math.Abs(y) > 0.5 {
		return math.Expm1(y)/y - 1
	}
	sum, term := 0.0, 1.0
	for k := 2.0; math.Abs(term) > 1e-19*math.Abs(sum) || k < 4; k++ {
		term *= y / k
		sum += term
		if term == 0 {
			break
		}
	}
	return sum
}

// split is x = near + steps with near in the range of the exact sums.
func split(x float64) (near, steps float64) {
	if x < bucketExact {
		return x, 0
	}
	steps = math.Floor(x) - (bucketExact - 1)
	return x - steps, steps
}

// weighted is Σ_{j<k} values[k−j] Poisson(j; v), and Σ_{j≥k} Poisson(j; v).
func (b *bucket) weighted(values []float64, x float64) (sum, rest float64) {
	k := int(math.Floor(x)) + 1
	v := b.load * (float64(k) - x)
	term := math.Exp(-v)
	for j := range k {
		sum += values[k-j] * term
		term *= v / float64(j+1)
		if term < negligible*sum && float64(j) > v {
			return sum, 0
		}
	}
	return sum, ascend(logPoisson(float64(k), v), float64(k), math.Inf(1), v, recurrence{1, 0, 1})
}

// tail is P(V > x), for ρ < 1.
func (b *bucket) tail(x float64) float64 {
	near, steps := split(x)
	sum, rest := b.weighted(b.tails, near)
	return (sum + rest) * math.Exp(-b.root*steps)
}

// grown is H(x).
func (b *bucket) grown(x float64) float64 {
	near, steps := split(x)
	h, _ := b.weighted(b.sums, near)
	if steps == 0 || math.IsInf(h, 1) {
		return h
	}
	before, _ := b.weighted(b.sums, near-1)
	// The increments fall or grow by e^-y: their sum over the steps.
	growth := steps
	if b.root != 0 {
		growth = -math.Expm1(-b.root*steps) / math.Expm1(b.root)
	}
	return h + (h-before)*growth
}

// excess are ∫ P(V > y) dy from x on, which is E(V − x)⁺, and the integral of
// that: half the second moment. By V's equation the integrals over one service
// are the tail over ρ, so that they are sums over whole services.
func (b *bucket) excess(x float64) (first, second float64) {
	for k := 1; ; k++ {
		t := b.tail(x + float64(k))
		if x+float64(k) < bucketExact {
			first += t
			second += float64(k-1) * t
			continue
		}
		e := -math.Expm1(-b.root)
		first += t / e
		second += t * (float64(k-1)/e + math.Exp(-b.root)/(e*e))
		return first / b.load, second / (b.load * b.load)
	}
}

// shed is the share of tasks that a policer sheds, whose bucket has room for x
// more tokens than one.
func (b *bucket) shed(x float64) float64 {
	if b.spare > 0 {
		return b.tail(x) / (1 + b.load*b.grown(x))
	}
	h := b.grown(x)
	if math.IsInf(h, 1) {
		return -b.spare / b.load
	}
	return (1 - b.spare*h) / (1 + b.load*h)
}
