package issue

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jansetu/jansetu/documents/seal"
)

// fitted leaves out of an order what the code on the paper has no room for, in the sequence that the order gives: whoever is owed a document
// gets it, however long the names and numbers that a department uses. It depends on the order alone, so that the same document is the same
// whenever it is asked for. It fails with seal.ErrTooLarge when what must be said does not fit.
func (i *Issuer) fitted(order Order) (Order, error) {
	throwaway, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return order, fmt.Errorf("make a key to measure with: %w", err)
	}
	order.Fields = slices.Clone(order.Fields)
	spare := order.Spare
	for {
		err := i.fits(throwaway, order)
		if !errors.Is(err, seal.ErrTooLarge) || len(spare) == 0 {
			return order, err
		}
		last := lastOf(order.Fields, spare[0])
		if last < 0 {
			spare = spare[1:]
			continue
		}
		order.Fields = slices.Delete(order.Fields, last, last+1)
	}
}

// lastOf is where the last field of a name stands; -1: there is none.
func lastOf(fields []seal.Field, name string) int {
	for at, field := range slices.Backward(fields) {
		if field.Name == name {
			return at
		}
	}
	return -1
}

// fits draws the code as it will be, but for its number, its time and its signature, which are as long.
func (i *Issuer) fits(key *ecdsa.PrivateKey, order Order) error {
	sealed, err := seal.New(key, seal.Claims{
		Issuer: i.config.Name, Number: newNumber(), Version: 1, Kind: order.Kind, Issued: i.config.Now().UTC().Truncate(time.Second),
		Expires: order.Expires, Fields: order.Fields,
	})
	if err == nil {
		_, err = seal.Draw(sealed.Text(i.config.Address))
	}
	if err != nil {
		return fmt.Errorf("seal %s: %w", order.Kind, err)
	}
	return nil
}
