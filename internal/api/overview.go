package api

import (
	"context"
	"net/http"
	"slices"

	"praksis/internal/catalogue"
)

const (
	pathOverview  = "/overview"
	pathContrasts = "/contrasts"
)

// Under so many findings or actors nothing is concluded (domain.md, "Summing up").
const (
	fewFindings = 3
	fewActors   = 2
)

// What an overview counts, as JSON. All numbers are of distinct practices or findings,
// and no two of them are to be added up.
type (
	overview struct {
		Version int64 `json:"version"`
		// URL is the finder's, with the same filters.
		URL       string `json:"url"`
		Sentence  string `json:"sentence"`
		Practices int    `json:"practices"`
		Findings  int    `json:"findings"`
		// TooFew tells that there is too little to conclude anything of.
		TooFew        bool                        `json:"too_few"`
		Effects       []effectTally               `json:"effects"`
		Voices        []voiceTally                `json:"voices"`
		TargetGroups  []groupTally                `json:"target_groups"`
		Retention     []retentionTally            `json:"retention"`
		Actors        []actorTally                `json:"actors"`
		Retained      []catalogue.OrganisationRef `json:"retained_by"`
		Preconditions []termTally                 `json:"preconditions"`
		Solutions     []termTally                 `json:"solutions"`
		Contrasts     int                         `json:"contrasts"`
		Unknown       []string                    `json:"unknown,omitempty"`
	}
	effectTally struct {
		Effect   catalogue.Effect  `json:"effect"`
		Label    string            `json:"label"`
		Findings int               `json:"findings"`
		Voices   []catalogue.Voice `json:"voices"`
	}
	voiceTally struct {
		Voice   catalogue.Voice `json:"voice"`
		Label   string          `json:"label"`
		Effects []effectCount   `json:"effects"`
	}
	effectCount struct {
		Effect   catalogue.Effect `json:"effect"`
		Findings int              `json:"findings"`
	}
	groupTally struct {
		catalogue.TermRef
		Effects []effectTally `json:"effects"`
	}
	retentionTally struct {
		Status    catalogue.RetentionStatus `json:"status"`
		Label     string                    `json:"label"`
		Practices int                       `json:"practices"`
	}
	actorTally struct {
		catalogue.OrganisationRef
		Practices int `json:"practices"`
	}
	termTally struct {
		catalogue.TermRef
		Practices int `json:"practices"`
	}
)

// overview sums up what the practices of the filters taught.
func (a *API) overview(w http.ResponseWriter, r *http.Request) error {
	q, err := a.read(r, takesFilters)
	if err != nil {
		return err
	}
	return a.answer(w, r, pathOverview+" "+q.key(), func(context.Context) (any, bool, error) {
		o, err := a.index.Overview(q.Filters)
		if err != nil {
			return nil, false, err
		}
		out := overview{Version: o.Version, URL: a.address(catalogue.FinderPath(q.Query)), Sentence: a.index.Taxonomy().Sentence(q.Query, o.Practices), Practices: o.Practices,
			Findings: findingsIn(o), Effects: effectTallies(o.Findings), Voices: []voiceTally{}, TargetGroups: []groupTally{}, Retention: []retentionTally{}, Actors: []actorTally{},
			Retained: notNull(o.Kept), Preconditions: termTallies(o.Preconditions), Solutions: termTallies(o.Solutions), Contrasts: len(o.Contrasts), Unknown: q.Unknown}
		out.TooFew = tooFew(o)
		for _, v := range o.Voices {
			t := voiceTally{Voice: v.Voice, Label: catalogue.Voices.Label(v.Voice)}
			for i, n := range v.Counts {
				t.Effects = append(t.Effects, effectCount{catalogue.Effects[i].Code, n})
			}
			out.Voices = append(out.Voices, t)
		}
		for _, g := range o.Groups {
			out.TargetGroups = append(out.TargetGroups, groupTally{g.TargetGroup, effectTallies(g.Findings)})
		}
		for _, s := range append(catalogue.Retentions.Codes(), "") {
			status := catalogue.RetentionStatus(s)
			if n := o.Retention[status]; n > 0 {
				out.Retention = append(out.Retention, retentionTally{status, catalogue.Retentions.Label(status), n})
			}
		}
		for _, x := range o.Actors {
			out.Actors = append(out.Actors, actorTally{x.OrganisationRef, x.Count})
		}
		return out, true, nil
	})
}

// tooFew tells that there is too little to conclude anything of.
func tooFew(o catalogue.Overview) bool {
	return findingsIn(o) < fewFindings || len(o.WithFindings) < fewActors
}

// findingsIn is how many findings an overview counts.
func findingsIn(o catalogue.Overview) (n int) {
	for _, t := range o.Findings {
		n += t.Count
	}
	return n
}

// notNull is the list, and [] in JSON where it is empty.
func notNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func effectTallies(list []catalogue.FindingTally) []effectTally {
	out := make([]effectTally, len(list))
	for i, t := range list {
		out[i] = effectTally{t.Effect, catalogue.Effects.Label(t.Effect), t.Count, notNull(t.Voices)}
	}
	return out
}

func termTallies(list []catalogue.CountedTerm) []termTally {
	out := make([]termTally, len(list))
	for i, t := range list {
		out[i] = termTally{t.TermRef, t.Count}
	}
	return out
}

// What is disagreed, as JSON.
type (
	contrast struct {
		Solution     catalogue.TermRef   `json:"solution"`
		TargetGroups []catalogue.TermRef `json:"target_groups"`
		For          contrastSide        `json:"for"`
		Against      contrastSide        `json:"against"`
	}
	contrastSide struct {
		Effect catalogue.Effect            `json:"effect"`
		Voices []catalogue.Voice           `json:"voices"`
		Actors []catalogue.OrganisationRef `json:"actors"`
		// Count is of all findings of the side, of which Findings are some.
		Count    int       `json:"count"`
		Findings []finding `json:"findings"`
	}
)

// contrasts are what is really disagreed among the findings of the filters.
func (a *API) contrasts(w http.ResponseWriter, r *http.Request) error {
	q, err := a.read(r, takesFilters)
	if err != nil {
		return err
	}
	return a.answer(w, r, pathContrasts+" "+q.key(), func(ctx context.Context) (any, bool, error) {
		o, err := a.index.Overview(q.Filters)
		if err != nil {
			return nil, false, err
		}
		var ids []int64
		for _, c := range o.Contrasts {
			for _, ref := range slices.Concat(c.For.First, c.Against.First) {
				ids = append(ids, ref.Practice)
			}
		}
		slices.Sort(ids)
		records, err := a.practicesByID(ctx, slices.Compact(ids))
		if err != nil {
			return nil, false, err
		}
		whole, total := true, len(o.Contrasts)
		side := func(s catalogue.ContrastSide, e catalogue.Effect) contrastSide {
			out := contrastSide{Effect: e, Voices: notNull(s.Voices), Actors: notNull(s.Actors), Count: s.Count, Findings: []finding{}}
			for _, ref := range s.First {
				if p := records[ref.Practice]; p != nil && ref.Number < len(p.Findings) {
					out.Findings = append(out.Findings, a.finding(p, ref.Number))
				} else {
					whole = false
				}
			}
			return out
		}
		out := list[contrast]{Version: o.Version, Total: &total, Items: []contrast{}, Unknown: q.Unknown}
		for _, c := range o.Contrasts {
			out.Items = append(out.Items, contrast{c.Solution, c.TargetGroups, side(c.For, catalogue.EffectPositive), side(c.Against, catalogue.EffectNegative)})
		}
		return out, whole, nil
	})
}
