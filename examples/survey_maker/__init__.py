"""How the bundled surveys are made: phrases and questionnaires as data, people and their answers by seeded draws."""
