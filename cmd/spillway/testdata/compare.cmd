compare - --quiet
