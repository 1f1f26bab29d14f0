package distributions

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	//lint:ignore SA1019 Stream is a Source for users of that package; nothing is drawn from its generators
	"golang.org/x/exp/rand"
)

// Stream is a source of random numbers: xoshiro256++ (Blackman and Vigna,
// "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021),
// period 2^256 − 1. It is a rand.Source of golang.org/x/exp/rand and of
// math/rand/v2. It is not safe for concurrent use; the zero Stream is not
// usable, streams come from Streams.For.
type Stream struct {
	s0, s1, s2, s3 uint64
}

var _ rand.Source = (*Stream)(nil)

// Uint64 is the next number, uniform over all 64 bits.
func (s *Stream) Uint64() uint64 {
	var out uint64
	out, s.s0, s.s1, s.s2, s.s3 = next(s.s0, s.s1, s.s2, s.s3)
	return out
}

// next is one step of the generator on a state in variables, for loops that
// keep it in registers.
func next(s0, s1, s2, s3 uint64) (out, t0, t1, t2, t3 uint64) {
	out = bits.RotateLeft64(s0+s3, 23) + s0
	t := s1 << 17
	s2 ^= s0
	s3 ^= s1
	s1 ^= s2
	s0 ^= s3
	s2 ^= t
	return out, s0, s1, s2, bits.RotateLeft64(s3, 45)
}

// Float64 is uniform on the open interval (0, 1): the centres of 2^52 equal
// cells, so that neither 0 nor 1 ever comes out and log and inverse functions
// are safe. Of 2^53 cells the upper centres would not be floating-point
// numbers, and the last would be rounded to 1.
func (s *Stream) Float64() float64 {
	return (float64(int64(s.Uint64()>>12)) + 0.5) * 0x1p-52
}

// Seed starts the stream anew from a key; equal keys give equal streams. It
// makes Stream a Source of golang.org/x/exp/rand.
func (s *Stream) Seed(key uint64) {
	*s = *Streams{Seed: key}.For(0, "seed")
}

// Rand gives the conveniences of golang.org/x/exp/rand over the same numbers.
func (s *Stream) Rand() *rand.Rand { return rand.New(s) }

// Streams gives every use of randomness a stream of its own. Its zero value is
// the family of seed 0.
type Streams struct {
	Seed uint64
}

// For is the stream of a name in a replication. It depends on the seed, the
// replication and the name alone: adding a stream changes no other, and equal
// names in two scenarios give common random numbers. The state is the SHA-256
// of the three, so that neighbouring seeds and replications have nothing in
// common.
func (f Streams) For(replication int, name string) *Stream {
	key := make([]byte, 16, 16+len(name))
	binary.LittleEndian.PutUint64(key, f.Seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(replication))
	sum := sha256.Sum256(append(key, name...))
	s := &Stream{
		binary.LittleEndian.Uint64(sum[0:]), binary.LittleEndian.Uint64(sum[8:]),
		binary.LittleEndian.Uint64(sum[16:]), binary.LittleEndian.Uint64(sum[24:]),
	}
	if s.s0|s.s1|s.s2|s.s3 == 0 {
		s.s0 = 1 // the one state that xoshiro cannot leave
	}
	return s
}
