"""The office: a Django project, one app for each concern of the mission."""
