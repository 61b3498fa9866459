package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"praksis/internal/pgtest"

	"github.com/goccy/go-yaml"
	"github.com/jackc/pgx/v5"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// alertRule is one of docs/operation/alerts.yaml.
type alertRule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func alertRules(t *testing.T) (rules []alertRule) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []alertRule }
	}
	text, err := os.ReadFile("../../docs/operation/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		rules = append(rules, g.Rules...)
	}
	if len(rules) < 20 {
		t.Fatalf("%d rules", len(rules))
	}
	return rules
}

// Every rule says what is seen and what to do, and is tried on what it fires on and on
// what it must not fire on; make try-alerts does that.
func TestAlertsAreTried(t *testing.T) {
	var tried struct {
		Tests []struct {
			Name string
			Expr []struct {
				Expr    string
				Samples []struct{ Value float64 } `yaml:"exp_samples"`
			} `yaml:"promql_expr_test"`
		}
	}
	text, err := os.ReadFile("../../.ci/try/alerts_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &tried); err != nil {
		t.Fatal(err)
	}
	fires, not := map[string]int{}, map[string]int{}
	asked := regexp.MustCompile(`^count\(ALERTS\{alertname="(\w+)", alertstate="firing"\}\)$`)
	for _, c := range tried.Tests {
		for _, x := range c.Expr {
			m := asked.FindStringSubmatch(x.Expr)
			switch {
			case m == nil:
				t.Errorf("%s: %s does not ask whether an alert fires", c.Name, x.Expr)
			case len(x.Samples) == 1 && x.Samples[0].Value == 1:
				fires[m[1]]++
			case len(x.Samples) == 0:
				not[m[1]]++
			default:
				t.Errorf("%s: %v", c.Name, x.Samples)
			}
		}
	}
	names := map[string]bool{}
	for _, r := range alertRules(t) {
		if fires[r.Alert] == 0 || not[r.Alert] == 0 {
			t.Errorf("%s is tried %d times on what it fires on, and %d times on what it does not", r.Alert, fires[r.Alert], not[r.Alert])
		}
		if names[r.Alert] || !strings.HasPrefix(r.Alert, "Praksis") || !slices.Contains([]string{"critical", "warning"}, r.Labels["severity"]) {
			t.Errorf("%s: labels %v", r.Alert, r.Labels)
		}
		names[r.Alert] = true
		for _, what := range []string{"summary", "what", "do"} {
			if len(r.Annotations[what]) < 15 {
				t.Errorf("%s: %s: %q", r.Alert, what, r.Annotations[what])
			}
		}
	}
	for name := range fires {
		if !names[name] {
			t.Errorf("%s is tried, and there is no such rule", name)
		}
	}
}

// dashboardExprs are the expressions of the dashboard's panels, by panel.
func dashboardExprs(t *testing.T) map[string][]string {
	t.Helper()
	type panel struct {
		ID            int
		Title, Type   string
		GridPos       struct{ H, W, X, Y int }
		Targets       []struct{ Expr, RefID string }
		Datasource    struct{ UID string }
		Panels        []any
		Collapsed     bool
		SchemaVersion int
	}
	var d struct {
		Title, UID string
		Panels     []panel
	}
	text, err := os.ReadFile("../../docs/operation/grafana-dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	out, ids := map[string][]string{}, map[int]bool{}
	for i, p := range d.Panels {
		if p.ID == 0 || ids[p.ID] || p.Title == "" || p.GridPos.W == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %d: id %d, %q, %+v", i, p.ID, p.Title, p.GridPos)
		}
		ids[p.ID] = true
		for _, q := range d.Panels[:i] {
			a, b := p.GridPos, q.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%q and %q lie over each other", p.Title, q.Title)
			}
		}
		if p.Type == "row" {
			continue
		}
		if len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
			t.Errorf("%q shows nothing", p.Title)
		}
		for _, x := range p.Targets {
			out["panel "+p.Title] = append(out["panel "+p.Title], x.Expr)
		}
	}
	if len(out) < 20 {
		t.Fatalf("%d panels", len(out))
	}
	return out
}

var (
	selector = regexp.MustCompile(`\b((?:praksis|go|process)_\w+|up)\b(\{[^}]*\})?`)
	matcher  = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
)

// What rules and dashboard ask for is what a running server gives out: names, labels and
// the values that are asked for by name. A replica and all states are there.
func TestAlertsAndDashboardAskForWhatThereIs(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO operation_run (kind, started, finished, ok) VALUES ('backup', now(), now(), true), ('drill', now(), now(), false);
		INSERT INTO river_job (kind, state, max_attempts, args, finalized_at) VALUES ('remind', 'discarded', 25, '{}', now())`); err != nil {
		t.Fatal(err)
	}
	replica := strings.Replace(app, "host=%2F", "host=%2F.%2F", 1) // the same server by another name will do
	p := ready(t, command(t, []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}, "serve", "--addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0", "--read-url", replica, "--data", t.TempDir()))
	answeredAt(t, p.base)
	_, text := answeredAt(t, metricsOf(p)+"metrics")
	p.end(t, syscall.SIGTERM)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	exprs := dashboardExprs(t)
	for _, r := range alertRules(t) {
		exprs[r.Alert] = []string{r.Expr}
	}
	used := map[string]bool{}
	for who, list := range exprs {
		for _, expr := range list {
			found := selector.FindAllStringSubmatch(expr, -1)
			if len(found) == 0 {
				t.Errorf("%s asks for no metric: %s", who, expr)
			}
			for _, m := range found {
				name, f := m[1], all[m[1]]
				if base, ok := strings.CutSuffix(name, "_bucket"); ok && f == nil {
					if f = all[base]; f.GetType() != dto.MetricType_HISTOGRAM {
						f = nil
					}
				}
				used[name] = true
				if name == "up" { // Prometheus' own
					continue
				}
				if f == nil {
					t.Errorf("%s asks for %s, which is not given out", who, name)
				} else if !slices.ContainsFunc(f.GetMetric(), func(x *dto.Metric) bool { return matches(x, m[2]) }) {
					t.Errorf("%s: nothing that is given out is %s%s", who, name, m[2])
				}
			}
			for _, by := range regexp.MustCompile(`by \(([^)]*)\)`).FindAllStringSubmatch(expr, -1) {
				for l := range strings.SplitSeq(by[1], ",") {
					if l = strings.TrimSpace(l); !slices.Contains([]string{"job", "instance", "le"}, l) && !strings.Contains(text, l+`="`) {
						t.Errorf("%s groups by %s, which no metric has", who, l)
					}
				}
			}
		}
	}
	if len(used) < 30 {
		t.Errorf("only %d metrics are used", len(used))
	}
}

// matches tells whether a metric is one that a selector means, or could be: what a label
// must not be, and patterns, only ask that it is there.
func matches(x *dto.Metric, selector string) bool {
	for _, m := range matcher.FindAllStringSubmatch(selector, -1) {
		if m[1] == "job" || m[1] == "instance" || m[1] == "le" { // which Prometheus adds
			continue
		}
		if !slices.ContainsFunc(x.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == m[1] && (m[2] != "=" || l.GetValue() == m[3]) }) {
			return false
		}
	}
	return true
}
