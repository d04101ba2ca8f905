package connectors

import (
	"fmt"
	"slices"
)

// Family is the code that speaks one kind of portal's language. A value of it
// carries what every portal of the family shares (logger, clock, observer).
type Family interface {
	// Name is how PortalConfig.Family refers to it.
	Name() string
	// Open makes the connector for one portal. The result has one or more
	// capabilities, found by interface assertion. It refuses a config it does
	// not understand.
	Open(config PortalConfig) (any, error)
}

// Registry holds the families a process was built with. It is read-only after
// NewRegistry and safe for concurrent use.
type Registry struct {
	families map[string]Family
}

// NewRegistry collects families; two of the same name are an error.
func NewRegistry(families ...Family) (*Registry, error) {
	registry := &Registry{families: make(map[string]Family, len(families))}
	for _, family := range families {
		if _, taken := registry.families[family.Name()]; taken {
			return nil, fmt.Errorf("connector family %q registered twice", family.Name())
		}
		registry.families[family.Name()] = family
	}
	return registry, nil
}

// Names lists the registered families in order.
func (r *Registry) Names() []string {
	names := make([]string, 0, len(r.families))
	for name := range r.families {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Open makes the connector of a portal after filling in defaults and checking
// the config.
func (r *Registry) Open(config PortalConfig) (any, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	family, known := r.families[config.Family]
	if !known {
		return nil, fmt.Errorf("portal %q: no connector family %q, have %v", config.Name, config.Family, r.Names())
	}
	connector, err := family.Open(config.WithDefaults())
	if err != nil {
		return nil, fmt.Errorf("portal %q: %w", config.Name, err)
	}
	return connector, nil
}

// OpenAs makes the connector of a portal and asserts that it has the
// capability C, such as BillConnector.
func OpenAs[C any](registry *Registry, config PortalConfig) (C, error) {
	var capable C
	connector, err := registry.Open(config)
	if err != nil {
		return capable, err
	}
	capable, ok := connector.(C)
	if !ok {
		err = fmt.Errorf("portal %q: family %q has no capability %T", config.Name, config.Family, &capable)
	}
	return capable, err
}
