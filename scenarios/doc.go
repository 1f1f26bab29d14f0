// Package scenarios reads scenario files: one YAML document that describes a
// pool of servers, what arrives at it and how it is to be simulated.
//
// Load turns a file into a Study, whose Points are what is simulated: one, or
// one for each point of a sweep. It is strict. An unknown key, a value of the
// wrong type, a unit that is missing, numbers that cannot be: each is an Error
// with its line and column, the path of the key, what was found, what is
// allowed and, where there is a near miss, what was probably meant. Every error
// of a file is reported at once, and nothing is ever repaired in silence.
//
// The format is declared once, in the files format*.go, in a small language of
// specs: mappings, lists, choices, quantities with units. The decoder and the
// JSON Schema that Schema gives to editors both follow from it. A document goes
// through four steps: parse makes a tree of nodes with places, overrides and
// sweeps change the tree, specs check it, and a builder makes distributions and
// processes of it and checks what concerns several keys.
//
// YAML leaves much open, and its libraries let much through. Numbers that YAML
// 1.1 and 1.2 read differently (010, 0x10), nulls, tags, merge keys, second
// documents, keys given twice and anything that is not UTF-8 are errors.
// Anchors and aliases work, within limits of size and depth.
//
// What the format leaves open is settled as follows.
//
//   - A stream without a class is of the class default.
//   - A service at the top may be missing where every stream has its own.
//   - An override of run.tasks, run.duration or run.precision takes the place of
//     what the file says about the length of a run. An override of a key that is
//     swept is an error, since it would be without effect.
//   - A transient run ends by tasks or duration; a precision beside it adds
//     replications.
//   - Points that are unstable are not errors: whether a steady state exists is
//     for the caller to say.
//   - The whole format is read. Keys that the simulator has not learnt yet are no
//     errors: Point.Unsimulated names them, and the key that no exact model can
//     regard is Point.Beyond.
//
// Further scenarios ship with the package: see List and Shipped.
package scenarios
