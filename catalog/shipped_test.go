package catalog_test

import (
	"testing"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
)

func TestTheShippedStateHasNoProblem(t *testing.T) {
	t.Parallel()
	for _, problem := range catalog.Lint(deploy.Files, "andhra", nil) {
		t.Error(problem)
	}
}
