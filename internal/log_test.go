package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A line of the log that is written where a request or a context is at hand is written
// with it: so it has the request's ID (httpx.LogHandler). That goes for the rooms that
// requests come through.
func TestLogsHaveTheirContext(t *testing.T) {
	var lines int
	plain, all := regexp.MustCompile(`^(Debug|Info|Warn|Error)$`), regexp.MustCompile(`^(Debug|Info|Warn|Error)(Context)?$`)
	// look goes through what stands in a function; at hand tells whether one has been met
	// that has a context.
	var look func(set *token.FileSet, n ast.Node, atHand bool)
	look = func(set *token.FileSet, n ast.Node, atHand bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Body != nil {
					look(set, n.Body, takesContext(n.Type))
				}
				return false
			case *ast.FuncLit:
				look(set, n.Body, atHand || takesContext(n.Type))
				return false
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || !isLog(sel.X) || !all.MatchString(sel.Sel.Name) {
					return true
				}
				lines++
				if atHand && plain.MatchString(sel.Sel.Name) {
					t.Errorf("%s: %sContext gives the line the ID of the request", set.Position(n.Pos()), sel.Sel.Name)
				}
			}
			return true
		})
	}
	for _, room := range []string{"api", "auth", "desk", "httpx", "intake", "likeness", "linkcheck", "postgres", "search", "site"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && path == "postgres/embedded" { // which runs beside them
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err == nil {
				look(set, file, false)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if lines < 60 {
		t.Errorf("only %d lines of the log were seen", lines)
	}
}

// takesContext tells whether a function gets a context, or a request that has one.
func takesContext(f *ast.FuncType) bool {
	for _, p := range f.Params.List {
		typ := p.Type
		if star, ok := typ.(*ast.StarExpr); ok {
			typ = star.X
		}
		if sel, ok := typ.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Context" || sel.Sel.Name == "Request") {
			return true
		}
	}
	return false
}

// isLog tells what is called log or Log, or is the package slog.
func isLog(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "log" || x.Name == "slog"
	case *ast.SelectorExpr:
		return strings.EqualFold(x.Sel.Name, "log")
	}
	return false
}
