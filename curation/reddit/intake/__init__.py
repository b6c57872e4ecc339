"""What every post and comment passes on its way into the tables: filters, anonymiser, pseudonyms."""
