validate mmc --set sevrers=2 --set arrivals.rate=fast --set queue.patience=soon
