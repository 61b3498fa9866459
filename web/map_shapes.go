package web

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// The grid that the shapes of the map are drawn on.
const (
	MapWidth  = 1000
	MapHeight = 1215
)

// mapBox is the whole of it.
var mapBox = fmt.Sprintf("0 0 %d %d", MapWidth, MapHeight)

// MapShape is a municipality as it is drawn: a path on the map's grid, the point of its
// largest part where a number has most room, and the area of that part in squares of the
// grid.
type MapShape struct {
	X, Y, Area int
	Path       string
}

// mapFile are lines of a municipality's code, the numbers of MapShape and its path,
// separated by tabs.
//
//go:embed map.tsv
var mapFile string

// MapShapes are the shapes of the municipalities by their official codes.
var MapShapes = readMap(mapFile)

func readMap(file string) map[string]MapShape {
	out := map[string]MapShape{}
	for line := range strings.Lines(file) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 5 { // a comment
			continue
		}
		var s MapShape
		for i, n := range []*int{&s.X, &s.Y, &s.Area} {
			var err error
			if *n, err = strconv.Atoi(f[i+1]); err != nil {
				panic(err) // the file is embedded, and a test reads it
			}
		}
		s.Path = f[4]
		out[f[0]] = s
	}
	return out
}
