-- What our documents ask of pandoc beyond Markdown. It runs on every document, for every format.

-- Text is given to typst as strings of its code, never as its markup: nothing in it can be read as
-- a command, a comment or one of typst's shorthands for dashes, dots and spaces.
local function quoted(text)
  return '"' .. text:gsub('[\\"]', '\\%0') .. '"'
end

function Str(str)
  if FORMAT == 'typst' then
    return pandoc.RawInline('typst', '#' .. quoted(str.text) .. ';')
  end
end

function Code(code)
  if FORMAT == 'typst' then
    return pandoc.RawInline('typst', '#raw(' .. quoted(code.text) .. ');')
  end
end

function CodeBlock(code)
  if FORMAT == 'typst' then
    return pandoc.RawBlock('typst', '#raw(block: true, ' .. quoted(code.text) .. ')')
  end
end

-- What a colon announces stands on the same page as it begins.
function Para(para)
  local last = para.content[#para.content]
  if FORMAT == 'typst' and last and last.t == 'RawInline' and last.text:match(':";$') then
    local begin = pandoc.RawBlock('typst', '#block(sticky: true, spacing: 1.05em)[')
    return { begin, para, pandoc.RawBlock('typst', ']') }
  end
end

-- A picture that its own address holds, since typst has no folder to find one in: in the corner of the page.
function Image(image)
  if FORMAT == 'typst' and image.src:match('^data:image/png;base64,') then
    local _, data = pandoc.mediabag.fetch(image.src)
    local bytes = table.concat({ data:byte(1, -1) }, ',')
    -- Its words are strings of typst by now, by the function above.
    local words = image.caption:map(function(inline) return inline.text and inline.text:match('^#(".*");$') or '" "' end)
    local alt = table.concat(words, ' + ')
    local picture = 'image(bytes((' .. bytes .. ',)), format: "png", width: 31mm, alt: ' .. alt .. ')'
    return pandoc.RawInline('typst', '#place(top + right, dx: 3mm, dy: -6mm, ' .. picture .. ');')
  end
end

-- The title of a page in HTML is that of its first heading.
function Pandoc(document)
  for _, block in ipairs(document.blocks) do
    if FORMAT == 'html5' and block.t == 'Header' and not document.meta.pagetitle then
      document.meta.pagetitle = pandoc.utils.stringify(block)
    end
  end
  return document
end

-- A rule across the page begins a new one; typst and HTML say so in their style.
function HorizontalRule()
  if FORMAT == 'docx' then
    return pandoc.RawBlock('openxml', '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  end
end

-- A table is as wide as the page, its columns as wide as what they hold asks for.
function Table(table)
  local widest, total = {}, 0
  local function measure(rows)
    for _, row in ipairs(rows) do
      for index, cell in ipairs(row.cells) do
        local length = utf8.len(pandoc.utils.stringify(cell.contents)) or 0
        widest[index] = math.min(math.max(widest[index] or 12, length), 40)
      end
    end
  end
  measure(table.head.rows)
  for _, body in ipairs(table.bodies) do measure(body.body) end
  for _, width in ipairs(widest) do total = total + width end
  for index, spec in ipairs(table.colspecs) do
    table.colspecs[index] = { spec[1], #table.colspecs == 2 and 0.5 or widest[index] / total }
  end
  return table
end

-- HTML in a template is text like any other: the reader of CommonMark has no way to leave it out.
function RawInline(raw)
  if raw.format == 'html' then
    local text = pandoc.Str(raw.text)
    return Str(text) or text
  end
end

function RawBlock(raw)
  if raw.format == 'html' then
    local text = pandoc.Str(raw.text)
    return pandoc.Para { Str(text) or text }
  end
end
