package api

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
)

// cursor is where a list goes on. A list by ID goes on behind the last practice that
// was given, whatever has changed since. A list in another order goes on at a place,
// and holds for the edition of the catalogue that it was given of.
type cursor struct {
	After   int64  `json:"a,omitempty"` // ID of a practice
	Number  int    `json:"n,omitempty"` // how many of its findings have been given
	Place   int    `json:"p,omitempty"`
	Edition string `json:"e,omitempty"`
	// Query tells that the list is the same.
	Query string `json:"q"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c) // nothing in it cannot be written
	return base64.RawURLEncoding.EncodeToString(b)
}

// listName names the list that a cursor belongs to.
func (q request) listName(path string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(path + " " + strconv.FormatBool(q.Ordered) + " " + q.asked()))
	return strconv.FormatUint(h.Sum64(), 36)
}

// cursorOf reads the cursor of a request for the list at a path; without one the list
// begins.
func cursorOf(path string, q request) (c cursor, err error) {
	if q.Cursor == "" {
		return cursor{Query: q.listName(path)}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Place < 0 || c.Number < 0 || (c.Edition != "") != q.Ordered && c.Query == q.listName(path) {
		return c, badParameter("»" + paramCursor + "« kan ikke læses. Brug adressen i »next«, som den står.")
	}
	if c.Query != q.listName(path) {
		return c, badParameter("»" + paramCursor + "« hører til en anden liste. Brug adressen i »next«, som den står, eller begynd forfra uden »" + paramCursor + "«.")
	}
	return c, nil
}

// after are the IDs, in rising order, behind one.
func after(ids []int64, id int64) []int64 {
	at, found := slices.BinarySearch(ids, id)
	if found {
		at++
	}
	return ids[at:]
}
