// Package danish is the language: folding, words, inflection, stop words and
// alphabetical order. Text goes in, terms come out; it knows of no index.
//
// A term is a folded word. Folding writes æ, ø and å as ae, oe and aa, so that
// "Århus" and "Aarhus", "gåtur" and "gaatur" are one.
package danish
