package postgres

import (
	"encoding/json"
	"fmt"
	"strings"

	"praksis/internal/review"
)

// CPRError says where a CPR number stood that somebody tried to have stored.
// To who asks for a *review.RefusedError it is one, of that field.
type CPRError struct {
	Where string // "submission", "contact", "attachment", "answer", "draft", "text"
	Field string // the path within it, as in review.Fault; Where for a single text
}

func (e *CPRError) Error() string {
	return "a CPR number in " + e.Where + " (" + e.Field + "): not stored"
}

// Unwrap is the error as a fault of its field.
func (e *CPRError) Unwrap() error {
	return refuse([]review.Fault{{Field: e.Field, Message: "Teksten ser ud til at have et CPR-nummer. Det må ikke stå her. Fjern det."}})
}

// refuseCPR looks through all texts of v, whatever it is, for CPR numbers. Ten
// bare digits pass when they were declared to be none. The forms have looked
// already: this is the second lock on the same door.
func refuseCPR(where string, v any, notCPR bool) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var tree any // texts as they are: in JSON a line break before a number is a letter
	if err := json.Unmarshal(b, &tree); err != nil {
		return err
	}
	if path, found := findCPR(tree, "", notCPR); found {
		if path == "" {
			path = where
		}
		return &CPRError{where, strings.TrimPrefix(path, ".")}
	}
	return nil
}

// bareCPR is the length of a CPR number without a separator.
const bareCPR = 10

func findCPR(v any, path string, notCPR bool) (where string, found bool) {
	switch v := v.(type) {
	case string:
		for _, at := range review.FindCPR(v) {
			if !notCPR || at[1]-at[0] != bareCPR {
				return path, true
			}
		}
	case []any:
		for i, x := range v {
			if where, found := findCPR(x, fmt.Sprintf("%s[%d]", path, i+1), notCPR); found {
				return where, true
			}
		}
	case map[string]any:
		for k, x := range v {
			if where, found := findCPR(x, path+"."+k, notCPR); found {
				return where, true
			}
		}
	}
	return "", false
}
