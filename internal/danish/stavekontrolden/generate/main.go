// Command generate makes members.txt.gz, the words that Danish compounds are
// made of, from Stavekontrolden's hunspell dictionary:
//
//	go run ./internal/danish/stavekontrolden/generate -aff da_DK.aff -dic da_DK.dic
//
// The same input gives the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	aff := flag.String("aff", "da_DK.aff", "hunspell's affix file")
	dic := flag.String("dic", "da_DK.dic", "hunspell's word list")
	own := flag.String("own", "internal/danish/members.txt", "our own members, which take part in the learning and are left out of the result")
	out := flag.String("out", "internal/danish/stavekontrolden/members.txt.gz", "the file to write")
	text := flag.Bool("text", false, "write plain text, to be read by a person")
	flag.Parse()
	data, err := generate(*aff, *dic, *own)
	if err == nil && !*text {
		data, err = compress(data)
	}
	if err == nil {
		err = os.WriteFile(*out, data, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// generate is the whole way from the dictionary to the text of the result.
func generate(affPath, dicPath, ownPath string) ([]byte, error) {
	a, err := readAffixes(affPath)
	if err != nil {
		return nil, err
	}
	words, err := readWords(dicPath, a)
	if err != nil {
		return nil, err
	}
	o, err := readExtras(ownPath)
	if err != nil {
		return nil, err
	}
	return write(a.version, learn(words, o)), nil
}

// compress leaves name and time out of the header, so that nothing but the
// text decides on the bytes.
func compress(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
