ARG AMBIT_BASE=node:22-bookworm-slim
FROM ${AMBIT_BASE}
ENV PATH="/opt/ambit/npm/node_modules/.bin:${PATH}"
RUN --mount=type=cache,id=ambit-npm,target=/opt/ambit/cache,sharing=shared ["/bin/sh","-e","-c","export PATH=\"$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"\nmkdir -p /opt/ambit/npm\ncd /opt/ambit/npm\nnpm --version > /dev/null || { echo \"npm does not run in this image: its base has none, and Node for glibc does not run in it\" >&2; exit 1; }\n[ -f package.json ] || echo '{\"name\":\"ambit-packages\",\"version\":\"0.0.0\",\"private\":true}' > package.json\nlock=--no-package-lock; for file in npm-shrinkwrap.json package-lock.json; do [ ! -f $file ] || lock=; done\nnpm install --prefix /opt/ambit/npm --cache /opt/ambit/cache --no-audit --no-fund --no-progress --no-update-notifier --install-links --omit=dev --save-exact $lock -- \"$@\"","ambit","nanoid@5.1.6"]
COPY ["image.json","/opt/ambit/image.json"]
