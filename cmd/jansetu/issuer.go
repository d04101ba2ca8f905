package main

import (
	"fmt"
	"time"

	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/seal"
)

// issuerCommand looks after the keys with which documents are sealed and signed.
type issuerCommand struct {
	Init    issuerInitCommand    `cmd:"" help:"Make a folder with new keys and the first key list."`
	Show    issuerShowCommand    `cmd:"" help:"Show the key list."`
	Rotate  issuerRotateCommand  `cmd:"" help:"Make a new key for seals and the next key list; the old key stays valid for what it sealed."`
	Witness issuerWitnessCommand `cmd:"" help:"Name a witness of the public log in the next key list."`
}

type issuerFolder struct {
	Folder string `arg:"" help:"The issuer's folder (JANSETU_ISSUER)." type:"path"`
}

type issuerInitCommand struct {
	issuerFolder

	Name   string `required:"" help:"The issuer's name in seals, such as IN-AP."`
	Origin string `required:"" help:"The log's name: its address without https://, such as jansetu.example.gov.in/log."`
	Holder string `required:"" help:"Who is shown as having signed, such as 'Revenue Department, Andhra Pradesh'."`
}

// Run makes the folder.
func (c issuerInitCommand) Run() error {
	err := issuerkeys.Create(c.Folder, issuerkeys.Options{Name: c.Name, Origin: c.Origin, Holder: c.Holder, Now: time.Now()})
	if err != nil {
		return err
	}
	return issuerShowCommand(c.issuerFolder).print()
}

type issuerShowCommand issuerFolder

// Run prints the list.
func (c issuerShowCommand) Run() error { return c.print() }

func (c issuerShowCommand) print() error {
	_, list, err := issuerkeys.ReadList(c.Folder)
	if err != nil {
		return err
	}
	printKeyList(list)
	return nil
}

func printKeyList(list *seal.KeyList) {
	fmt.Printf("key list of %s, number %d, made %s\n", list.Issuer, list.Serial, list.Made.Format(time.RFC3339))
	for _, id := range list.RootIDs() {
		fmt.Printf("  root     %x  (publish it: this is what verifiers compare)\n", id)
	}
	for _, key := range list.Keys {
		until := "in use"
		if !key.Until.IsZero() {
			until = "until " + key.Until.Format(time.RFC3339)
		}
		if key.Withdrawn {
			until = "withdrawn: nothing it signed counts"
		}
		fmt.Printf("  seal     %x  from %s, %s\n", key.ID(), key.From.Format(time.RFC3339), until)
	}
	fmt.Printf("  log      %s\n", list.Log)
	for _, witness := range list.Witnesses {
		fmt.Printf("  witness  %s\n", witness)
	}
	fmt.Printf("  %d of the witnesses must sign a checkpoint; %d authorities for signatures, %d for timestamps\n",
		list.Quorum, len(list.Authorities), len(list.TimeAuthorities))
}

type issuerRotateCommand struct {
	issuerFolder

	Withdraw bool `help:"The key in use fell into other hands: nothing it sealed counts any more."`
}

// Run rotates.
func (c issuerRotateCommand) Run() error {
	list, err := issuerkeys.RotateSeal(c.Folder, time.Now(), c.Withdraw)
	if err != nil {
		return err
	}
	printKeyList(list)
	fmt.Println("Restart the workers, so that they seal with the new key; the gateway hands the new list out at once.")
	return nil
}

type issuerWitnessCommand struct {
	issuerFolder

	Key    string `arg:"" help:"What 'jansetu witness key' printed."`
	Quorum int    `required:"" help:"How many of the witnesses must sign a checkpoint."`
}

// Run adds the witness.
func (c issuerWitnessCommand) Run() error {
	list, err := issuerkeys.AddWitness(c.Folder, c.Key, c.Quorum, time.Now())
	if err != nil {
		return err
	}
	printKeyList(list)
	fmt.Println("Name its address in JANSETU_WITNESSES and restart the gateway.")
	return nil
}
