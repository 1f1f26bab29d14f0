run - --quiet --format markdown
