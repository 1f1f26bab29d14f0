run - --quiet
