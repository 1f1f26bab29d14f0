run mmc --set servers=1
