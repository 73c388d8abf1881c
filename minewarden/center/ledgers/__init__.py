"""What registers of single records share: pages, filters, writing and workbooks. An app says what is its own."""
